"""From claims to verifications: which checks are due, what each requirement of the policy is now, and the run itself."""
