"""The rules about capabilities: what a function of a library can do beyond computing, one rule a capability."""

from prism.finding import Severity
from prism.rule import Rule

PASSED_ON = "A function that is passed on as an argument is reported where it is named, not where it is called."

FORBIDDEN_CALL = Rule(
    id="safety/forbidden-call",
    title="Use of a function that the policy forbids or that needs somebody at the terminal",
    severity=Severity.ERROR,
    settings=(
        "plugins.safety.settings.allowed_capabilities",
        "plugins.safety.settings.permitted",
        "plugins.safety.settings.extra_forbidden",
    ),
    why="Nobody sits at the terminal of an evaluation, and what the policy names is not to be used at all.",
    example='input("continue?")',
    instead="Leave it out, and express the model with tensor operations and plain Python.",
    known_misses=PASSED_ON,
)

DYNAMIC_CODE = Rule(
    id="safety/dynamic-code",
    title="Text that is run as code, or a module chosen while the program runs",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why=(
        "Code that is put together while the program runs cannot be reviewed. Besides `eval` and `exec`, a number of "
        "library functions evaluate text they are given: annotations, comments about types, graph and kernel compilers."
    ),
    example='eval("1 + 1")',
    instead="Write the code out; choose between functions with a dictionary of your own.",
    known_misses=PASSED_ON,
)

DESERIALISATION = Rule(
    id="safety/deserialisation",
    title="Objects loaded from bytes or files",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="Loading a pickle, a packaged model or a checkpoint can run code that is hidden in the bytes.",
    example='import torch\ntorch.load("weights.pt")',
    instead=(
        "Initialise parameters in the model. In `load_checkpoint`, plain weights from the folder that is handed in may "
        'be loaded: `torch.load(checkpoint_dir / "weights.pt", weights_only=True)`, with `True` written out.'
    ),
    known_misses=PASSED_ON,
)

FILESYSTEM = Rule(
    id="safety/filesystem",
    title="Access to files",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why=(
        "Files of the evaluator hold its code, its data and other people's submissions. Models work on tensors. The "
        "folder that is handed in for a checkpoint is a path object, from which every other file can be reached: its "
        "paths must stay inside it and where the review can follow them."
    ),
    example='open("/etc/hostname")',
    instead=(
        "Work on the tensors that are handed in; the evaluation loads data and saves results. In `save_checkpoint`, "
        'write `torch.save(model.state_dict(), checkpoint_dir / "weights.pt")`: fixed names of files, joined with `/`, '
        "`joinpath` or an f-string, and handed to nothing but `torch.save`, `torch.load` and functions of the project."
    ),
    known_misses=(
        "A method of an unknown object whose name is not one of files only, such as `open`, `glob` or `exists`. The "
        "folder is known by the name of its parameter, `checkpoint_dir`, which the contract demands."
    ),
)

NETWORK = Rule(
    id="safety/network",
    title="Network connection",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="A connection can carry data out or code in. The evaluation has no network.",
    example='import torch\ntorch.distributed.TCPStore("127.0.0.1", 1)',
    instead="Leave it out; everything a model needs is handed in.",
    known_misses=PASSED_ON,
)

PROCESS = Rule(
    id="safety/process",
    title="Start of a program or process",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="A new process runs code that nobody reviewed, and may outlive the evaluation.",
    example="import torch\ntorch.multiprocessing.spawn(print)",
    instead="Compute inside the process the model is loaded in; a `DataLoader` takes `num_workers=0`.",
    known_misses=PASSED_ON,
)

NATIVE_CODE = Rule(
    id="safety/native-code",
    title="Native code that is loaded, built or addressed",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="Native code is outside every check of Python, and so is memory that is reached by its address.",
    example='import torch\ntorch.ops.load_library("x.so")',
    instead="Express the computation with tensor operations.",
    known_misses=PASSED_ON,
)

THREADS = Rule(
    id="safety/threads",
    title="Thread, or work that goes on in the background",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="What runs in the background runs while the evaluator measures, and may change what it measures.",
    example="import torch\ntorch.futures.Future()",
    instead="Compute in order; PyTorch's own operators use all processors they are given.",
    known_misses=PASSED_ON,
)

EVALUATOR_TAMPERING = Rule(
    id="safety/evaluator-tampering",
    title="Change to what other code in the process computes",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why=(
        "Global hooks, function modes, default types, the collector of garbage and the like belong to the whole "
        "process: who changes them decides what the evaluator computes."
    ),
    example="import torch\ntorch.set_default_dtype(torch.float64)",
    instead="Give dtype and device where a tensor is made, and put hooks on your own model's modules only.",
    known_misses=PASSED_ON,
)

INTROSPECTION = Rule(
    id="safety/introspection",
    title="Look into the interpreter's own namespaces",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why="Namespaces and object lists of the interpreter lead to every module that is loaded, the evaluator included.",
    example='globals()["x"]',
    instead="Pass the objects you need as arguments, or keep them in a dictionary of your own.",
    known_misses=PASSED_ON,
)

ENVIRONMENT = Rule(
    id="safety/environment",
    title="Look at the machine: secrets, names, clock, randomness of the system",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why=(
        "A model that knows where and when it runs can behave while it is watched, and one that takes randomness from "
        "the system cannot be evaluated twice with the same result."
    ),
    example="import random\nrandom.SystemRandom()",
    instead="Use `torch.Generator` or `random.Random` with a fixed seed; the evaluation measures time.",
    known_misses=PASSED_ON,
)

GLOBAL_SEED = Rule(
    id="safety/global-seed",
    title="Seed of the whole process is set",
    severity=Severity.NOTE,
    settings=("plugins.safety.settings.allowed_capabilities", "plugins.safety.settings.permitted"),
    why=(
        "The seed belongs to the process, and what the evaluator draws after it is known beforehand. Many honest "
        "training scripts do it, and the evaluator seeds by itself before it measures: hence a note."
    ),
    example="import torch\ntorch.manual_seed(0)",
    instead="Give a `torch.Generator` with a seed of its own to what needs randomness.",
    known_misses=PASSED_ON,
)

UNKNOWN_SYMBOL = Rule(
    id="safety/unknown-symbol",
    title="Name that the library's catalogue does not know",
    severity=Severity.ERROR,
    why="The catalogue lists what a library offers and what it can do. What is not in it, nobody has looked at.",
    example="import torch\ntorch.launch_missiles()",
    instead="Use the names that the library documents, in the version that the evaluation has.",
    known_misses="Attributes of objects and of classes are not looked up, only those of modules.",
)

CAPABILITY_RULES = (
    FORBIDDEN_CALL,
    DYNAMIC_CODE,
    DESERIALISATION,
    FILESYSTEM,
    NETWORK,
    PROCESS,
    NATIVE_CODE,
    THREADS,
    EVALUATOR_TAMPERING,
    INTROSPECTION,
    ENVIRONMENT,
    GLOBAL_SEED,
    UNKNOWN_SYMBOL,
)
