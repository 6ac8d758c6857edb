"""Sentences in the reader's language: catalogues, the translator, and text of people made safe to show."""
