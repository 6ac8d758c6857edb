"""The Web API's methods, one noun a module."""
