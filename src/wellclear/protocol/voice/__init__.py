"""The mechanism by voice: the dictation sheet, what was heard of it, and the words that check it."""
