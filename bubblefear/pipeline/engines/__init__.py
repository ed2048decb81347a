"""Scoring many texts at once: by a pool of processes, or by the actors of a Ray cluster.

`rounds` is the way in; `work` writes what is to be scored, an engine (`local`, `ray_engine`) has
it scored by a `worker` each, `merge` puts the results into the store.
"""
