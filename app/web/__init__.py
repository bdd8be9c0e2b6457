"""The pages: the service as people see it, drawn on the server, whole without JavaScript.

A page asks the same services as the API and sees what its reader may see. Words of the page are of its language;
words of a record keep their own language and direction.
"""
