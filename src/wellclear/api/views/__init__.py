"""What officers are shown: built here once, for the command line and the console alike."""
