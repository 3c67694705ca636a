"""The credentialing committee: who may be decided, the gate, the decisions, and which approvals stand."""
