"""How pages are made: Jinja, navigation, dates, style sheets and scripts."""
