"""What a user would pick instead, called as it wants to be called."""
