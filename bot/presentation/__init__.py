"""The words of answers, without any markup."""
