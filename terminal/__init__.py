"""The commands of the back door, one file a family. Heavy imports wait inside the commands."""
