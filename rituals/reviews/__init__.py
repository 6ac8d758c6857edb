"""The monthly KPI review: figures against what was agreed, and the actions that follow."""
