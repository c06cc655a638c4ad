"""What the machine gives: disks, files, temporary folders."""
