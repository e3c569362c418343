"""What a prompt looks like, and how it saves: one HTML function, one JavaScript module, two widgets."""
