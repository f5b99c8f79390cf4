"""Who may open files. The system of the thing a file is attached to decides, in the query that finds the file.

An address here opens for whoever is signed in, also by any token: the view then lets through what that system lets through, within the
scopes and the node of the token. A file that is not for the reader is not there.
"""

from sheber.kit.access import rule

for _name in ("list", "download", "attach", "remove", "bring_back"):
    rule(f"files:{_name}", signed_in=True, any_token=True)
for _name in ("list", "file", "content", "bring_back"):
    rule(f"api-v1:files_{_name}", signed_in=True, any_token=True)
