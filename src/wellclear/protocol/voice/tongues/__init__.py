"""The words of the dictation sheet, one module for each language."""
