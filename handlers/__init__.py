"""The surfaces people use; each turns the same words into its own markup."""
