"""The one judge of laboratory, quickstart and benchmark: what commands witnessed against what the program says of it.

It shares nothing with the program under test.
"""
