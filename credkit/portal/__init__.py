"""The credentialing portal: a provider's own page, and the onboarding form, over the same store as the commands."""
