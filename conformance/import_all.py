"""Import every module of a generated package: a model that names a missing one fails here alone."""

import importlib
import pkgutil
import sys

package = importlib.import_module(sys.argv[1])
names = [module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    importlib.import_module(name)
print(f"{len(names)} modules")
