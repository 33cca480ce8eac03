"""Compiles queries into single SQL statements. Nothing here decides what an answer is: what cannot be said in SQL
exactly as the executor would say it is not compiled, and what turns out to be refused is run again by the executor.
"""
