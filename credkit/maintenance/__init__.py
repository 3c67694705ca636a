"""Keeping whoever was approved where they are: what is owed each month, shown to have been done."""
