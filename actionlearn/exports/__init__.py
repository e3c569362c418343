"""What leaves the kit, as files and as statements for other systems."""
