"""The company's own documents: kept in versions, found by meaning and by words, quoted with their source."""
