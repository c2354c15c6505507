"""The pages people see: server-rendered templates, plain ES modules, and the design system they share."""
