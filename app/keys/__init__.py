"""API keys: one organization, one foreign dialect, one person's rights."""
