"""The weekly figures: what is counted, judged and shown of adoption, escalation, satisfaction and savings."""
