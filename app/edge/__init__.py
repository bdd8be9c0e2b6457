"""What all HTTP doors share: one transaction a request, problems, paging, language, entity tags, guards on input."""
