"""Text: corpora, tokenizers, vocabularies, sampling."""
