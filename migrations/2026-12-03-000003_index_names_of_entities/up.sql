-- By which an article that gives a name alone finds whose it is. Looked up by writers: no list of what is still to be taken in.
CREATE INDEX CONCURRENTLY entities_names ON entities USING gin (label_names(names, aliases)) WITH (fastupdate = off);
