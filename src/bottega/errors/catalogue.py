"""The numbered errors of classic, in our words, and Bottega's own beside them.

A code of four digits means what it meant in classic, so that old experiments, help pages
and client programs keep their reading of it; 0000, 0076, 0091 to 0099 and 0116 to 0120
were never given out. What classic had no number for has a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Entry:
    """The sentence of an error and what to do; `{…}` are facts of the error.

    Neither ends in a full stop: `text.describe` sets it.
    """

    message: str
    advice: str = ""


_CLASSIC: dict[str, Entry] = {
    # Columns, parameters and the shape of tables
    "0001": Entry(
        "There is no column {column} in this table",
        "Choose one of its columns: {columns}",
    ),
    "0002": Entry(
        "The value {value} of parameter {parameter} cannot be read as {type}",
        "Write it in the form that this parameter takes",
    ),
    "0003": Entry(
        "The input {input} is empty or not connected, and the module cannot run without it",
        "Connect a dataset that holds data",
    ),
    "0004": Entry(
        "Parameter {parameter} is {value}, but it has to be greater than {lower}",
        "Choose a value above {lower}",
    ),
    "0005": Entry(
        "Parameter {parameter} is {value}, but it has to be at least {lower}",
        "Choose {lower} or a larger value",
    ),
    "0006": Entry(
        "Parameter {parameter} is {value}, but it has to be less than {upper}",
        "Choose a value below {upper}, or raise that limit if it is a parameter too",
    ),
    "0007": Entry(
        "Parameter {parameter} is {value}, but it may be at most {upper}",
        "Choose {upper} or a smaller value, or raise that limit if it is a parameter too",
    ),
    "0008": Entry(
        "Parameter {parameter} is {value}, which lies outside the range from {lower} to {upper}",
        "Choose a value within the range",
    ),
    "0009": Entry(
        "Storage account {account} or its container {container} cannot be found under that name",
        "Check the spelling of both, and that the container belongs to this account",
    ),
    "0010": Entry(
        "The two inputs need the same column names, but {found} stands where {expected} was expected",
        "Rename the columns with Edit Metadata, or select the ones that both inputs share",
    ),
    "0011": Entry(
        "The selection of parameter {parameter} matches no column of the table",
        "Open the column selector and choose at least one column that exists",
    ),
    "0012": Entry(
        "The model at input {input} has not been trained yet",
        "Connect the output of a training module such as Train Model",
    ),
    "0013": Entry(
        "A learner of type {found} cannot be used here; the module works with {expected}",
        "Connect a learner of the right type, or use the module that is made for this one",
    ),
    "0014": Entry(
        "Column {column} has {found} different values, more than the {upper} that are possible here",
        "Leave the column out, group its values, or mark it as non-categorical if it is an identifier",
    ),
    "0015": Entry(
        "No connection to database {database} could be made: {reason}",
        "Check the server's name, the login, and that the server lets this machine in",
    ),
    "0016": Entry(
        "Column {column} is {found} in one input and {expected} in the other, and the two cannot be combined",
        "Give both columns the same type with Edit Metadata",
    ),
    "0017": Entry(
        "Column {column} has the type {type}, which cannot be used here",
        "Convert the column to another type or leave it out",
    ),
    "0018": Entry(
        "{path} is not a valid dataset: {reason}",
        "Check that the file is complete and really has the format that was chosen",
    ),
    "0019": Entry(
        "Column {column} has to be sorted, but the value in row {row} is out of order",
        "Sort the table by this column first",
    ),
    "0020": Entry(
        "Table {dataset} has {found} columns, but at least {lower} are needed",
        "Connect a table with more columns, or select more of them upstream",
    ),
    "0021": Entry(
        "Table {dataset} has {found} rows, but at least {lower} are needed",
        "Connect a table with more rows; a filter or a split upstream may have left too few",
    ),
    "0022": Entry(
        "{found} columns are selected, but exactly {expected} are needed",
        "Change the selection so that it gives that number of columns",
    ),
    "0023": Entry(
        "Column {column} cannot be the target of this trainer: {reason}",
        "Choose another label column, or another learner that suits its values",
    ),
    "0024": Entry(
        "Table {dataset} has no label column",
        "Mark the column to be predicted as the label with Edit Metadata",
    ),
    "0025": Entry(
        "Table {dataset} has no column of scores",
        "Run the data through Score Model first, and keep the columns that it adds",
    ),
    "0026": Entry(
        "The column name {column} is given more than once",
        "Give every column a name of its own",
    ),
    "0027": Entry(
        "Two things that must be of equal size differ: one has {found} elements, the other {expected}",
        "Give as many on one side as on the other; where they come from upstream, look for the step that adds or drops some",
    ),
    "0028": Entry(
        "Column {column} occurs twice in the column set of parameter {parameter}",
        "Take the repetition out of the selection",
    ),
    "0029": Entry(
        "{url} is not a valid address",
        "Write the full address with its scheme, for example https://example.org/data.csv",
    ),
    "0030": Entry(
        "{url} could not be downloaded: {reason}",
        "Check that the address is right and that this server may reach it, then run again",
    ),
    "0031": Entry(
        "Parameter {parameter} selects {found} columns, but at least {lower} are needed",
        "Select further columns",
    ),
    "0032": Entry(
        "{value} in column {column} is not a number",
        "Clean or replace such values before this step",
    ),
    "0033": Entry(
        "Column {column} has an infinite value in row {row}",
        "Replace or clip infinite values before this step; a division by zero may have made them",
    ),
    "0034": Entry(
        "User {user} has rated item {item} more than once",
        "Keep a single rating for each pair of user and item, for example with Remove Duplicate Rows",
    ),
    "0035": Entry(
        "There are no features for {type} {value}, though the ratings mention it",
        "Add its row to the table of features, or leave its ratings out",
    ),
    "0036": Entry(
        "The features of {type} {value} are given more than once",
        "Keep one row of features for each user and each item",
    ),
    "0037": Entry(
        "Table {dataset} has several label columns: {columns}",
        "Leave the label mark on one of them and clear the others with Edit Metadata",
    ),
    "0038": Entry(
        "{found} elements were given where {expected} were expected",
        "Bring the number of elements in line with what the module asks for",
    ),
    "0039": Entry(
        "The operation could not be completed: {reason}",
        "Look into the log of this step for what happened before",
    ),
    "0040": Entry(
        "Module {module} is no longer supported",
        "Use the module {replacement} in its place",
    ),
    "0041": Entry(
        "Module {module} has been withdrawn, and several modules share its work now",
        "Replace it by a combination of these: {replacements}",
    ),
    "0042": Entry(
        "Column {column} cannot be converted from {found} to {expected}",
        "Choose a type that can hold its values, or clean the values first",
    ),
    "0043": Entry(
        "Values of type {type} cannot be compared for equality",
        "Choose a column of another type as the key",
    ),
    "0044": Entry(
        "The type of the elements of column {column} cannot be told, since all of its values are missing",
        "Drop the column, or set its type with Edit Metadata",
    ),
    "0045": Entry(
        "Column {column} mixes elements of different types: {found} stands among {expected}",
        "Convert all values of the column to one type",
    ),
    "0046": Entry(
        "The directory {path} cannot be created: {reason}",
        "Check that the name is allowed and that its parent directory exists and is writable",
    ),
    "0047": Entry(
        "Table {dataset} has {found} feature columns, but at least {lower} are needed",
        "Mark further columns as features, or connect a table that has more of them",
    ),
    "0048": Entry(
        "Cannot open {path}: {reason}",
        "Check that the file is there and may be read",
    ),
    "0049": Entry(
        "{path} cannot be read at line {line}: {reason}",
        "Correct that line, or choose the format and encoding that the file really has",
    ),
    "0050": Entry(
        "Input and output are the same file: {path}",
        "Write the result to a file with another name",
    ),
    "0051": Entry(
        "Two outputs would be written to the same file: {path}",
        "Give each output a file of its own",
    ),
    "0052": Entry(
        "The access key for storage account {account} is not right",
        "Copy the current key of the account; it may have been renewed",
    ),
    "0053": Entry(
        "The recommender was given no features of users or items, and this kind of prediction needs them",
        "Connect the feature tables to the trainer and to the scorer",
    ),
    "0054": Entry(
        "Column {column} has {found} different values, but at least {lower} are needed",
        "Choose a column whose values vary more, or connect data in which more of them occur",
    ),
    "0055": Entry(
        "Module {module} no longer exists, and no other module takes its place",
        "Rebuild this part of the experiment with other modules or with Execute Python Script",
    ),
    "0056": Entry(
        "Column {column} is selected, but a column of the kind {type} cannot take part in this operation",
        "Exclude it in the column selector",
    ),
    "0057": Entry(
        "{path} exists already and would be overwritten",
        "Choose another name, or set the write mode to overwrite",
    ),
    "0058": Entry(
        "Label column {column} is not what the module expects: {reason}",
        "Check which column is marked as the label, and its type and values",
    ),
    "0059": Entry(
        "{value} is not a column index or a range of them",
        "Write single indices, ranges with both ends, and commas between, such as 1-3,5",
    ),
    "0060": Entry(
        "The column range {value} reaches beyond the columns of the table, which count from {lower} to {upper}",
        "Shorten the range so that it ends within the table",
    ),
    "0061": Entry(
        "Line {line} of {path} has {found} values, but the table has {expected} columns",
        "Correct that line; often a separator or a quotation mark is missing or one too many",
    ),
    "0062": Entry(
        "The two models cannot be compared, since one is a {found} and the other a {expected}",
        "Compare models that solve the same kind of task",
    ),
    "0063": Entry(
        "The R script failed: {message}",
        "R Device and the step's log show all that R printed",
    ),
    # Storage, databases and column conversion
    "0064": Entry(
        "The name or the key of storage account {account} is wrong",
        "Check both against the account's own settings",
    ),
    "0065": Entry(
        "There is no blob named {path}",
        "Check the path, which begins with the container and tells upper from lower case",
    ),
    "0066": Entry(
        "{path} could not be uploaded: {reason}",
        "Check the free space and the right to write there, then run the step again",
    ),
    "0067": Entry(
        "Table {dataset} should have {expected} columns, but it has {found}",
        "Select or add columns upstream until the count is right",
    ),
    "0068": Entry(
        "The Hive query is not valid: {reason}",
        "Try the query in Hive itself, then copy it here",
    ),
    "0069": Entry(
        "The SQL script failed: {message}",
        "The inputs are the tables t1, t2 and t3, and the dialect is that of SQLite",
    ),
    "0070": Entry(
        "Table {name} does not exist in the storage account",
        "Check its spelling and the account that it belongs to",
    ),
    "0071": Entry(
        "The user name or the password for {resource} was refused",
        "Enter the credentials again; they may have expired",
    ),
    "0072": Entry(
        "No answer came from {resource} within {limit}",
        "Check that it is running and can be reached from here, then try again later",
    ),
    "0073": Entry(
        "Converting column {column} to {type} failed: {reason}",
        "Clean the values that do not fit, or convert the column to String",
    ),
    "0074": Entry(
        "Column {column} is sparse and cannot be made categorical",
        "Convert it to a dense column first, or leave it as it is",
    ),
    "0075": Entry(
        "The binning function cannot be applied to this table: {reason}",
        "Connect a binning function that was made from columns of the same names and types",
    ),
    "0077": Entry(
        "{value} is not a known way to write a blob",
        "Choose either to overwrite an existing blob or to report an error",
    ),
    "0078": Entry(
        "{url} sends the reader on to another address, and redirects are not followed",
        "Enter the final address of the file",
    ),
    "0079": Entry(
        "Container {container} has a wrong name or does not exist",
        "Container names are written in lower-case letters, digits and hyphens",
    ),
    "0080": Entry(
        "All values of column {column} are missing, which the module cannot work with",
        "Remove such columns, or fill them with Clean Missing Data",
    ),
    "0081": Entry(
        "The number of dimensions, {value}, has to be smaller than {upper}, the number of columns that the features become",
        "Reduce to fewer dimensions",
    ),
    "0082": Entry(
        "The model {name} cannot be loaded: {reason}",
        "It may come from an older version or be damaged; train it again and save it anew",
    ),
    "0083": Entry(
        "The training data do not suit this learner: {reason}",
        "Prepare the label and the features in the form that the learner's page describes",
    ),
    "0084": Entry(
        "Scores that were made by an R script cannot be evaluated here",
        "Compute the measures of quality in a script of your own",
    ),
    # The module text alone: the interpreter has said where and why.
    "0085": Entry("The script failed:\n{message}"),
    "0086": Entry(
        "The counting transformation is not valid: {reason}",
        "Make it again with Build Counting Transform from data with the same columns",
    ),
    "0087": Entry(
        "{value} is not a type of count table",
        "Choose one of the types in the list: {names}",
    ),
    "0088": Entry(
        "{value} is not a way of counting",
        "Choose one of these: {names}",
    ),
    "0089": Entry(
        "The number of classes was set to {value}, but the label column has {found} of them",
        "Set it to {found} or more",
    ),
    "0090": Entry(
        "The Hive table {name} could not be created: {reason}",
        "Check its name, and that the cluster may write to its storage",
    ),
    # Custom modules and archives
    "0100": Entry(
        "The custom module asks for the language {value}, which is not supported",
        "Name one of the supported languages in its definition: {names}",
    ),
    "0101": Entry(
        "The identifier {name} is used for more than one port or parameter of the custom module",
        "Give each of them an identifier that occurs once",
    ),
    "0102": Entry(
        "The archive {path} cannot be unpacked: {reason}",
        "Make the zip file again without a password, and upload it as a dataset of type Zip",
    ),
    "0103": Entry(
        "The archive {path} holds no module definition",
        "Put the definition, a file that ends in .xml, at the top level of the archive",
    ),
    "0104": Entry(
        "The module definition names the script {name}, which is not in the archive",
        "Add that file to the archive, or correct its name in the definition",
    ),
    "0105": Entry(
        "Parameter {parameter} of the custom module has the unsupported type {type}",
        "Use one of these parameter types: {names}",
    ),
    "0106": Entry(
        "Input port {port} of the custom module has the unsupported type {type}",
        "An input is either DataTable or Zip",
    ),
    "0107": Entry(
        "Output port {port} of the custom module has the unsupported type {type}",
        "An output is either DataTable or Visualization",
    ),
    "0108": Entry(
        "The custom module declares {found} ports on one side, but no more than {upper} are possible",
        "Remove ports, or combine several tables into one",
    ),
    "0109": Entry(
        "The column picker {parameter} is not defined correctly: {reason}",
        "Compare its element in the definition with the reference page on column pickers",
    ),
    "0110": Entry(
        "The column picker {parameter} refers to the input port {port}, which is not declared",
        "Let it name one of the module's own DataTable inputs",
    ),
    "0111": Entry(
        "Property {name} of parameter {parameter} is not valid: {reason}",
        "Correct the property in the module definition",
    ),
    "0112": Entry(
        "The module definition cannot be read at line {line}: {reason}",
        "Make it well-formed XML",
    ),
    "0113": Entry(
        "The module definition contains errors: {reason}",
        "Correct them and upload the archive again",
    ),
    "0114": Entry(
        "The custom module could not be built: {reason}",
        "Correct what it names, then add the module again",
    ),
    "0115": Entry(
        "The default script {name} has an extension that is not supported",
        "Use a file that ends in one of these: {names}",
    ),
    # Databases, labels and limits of learners
    "0121": Entry(
        "Nothing can be written to the SQL table {name}: {reason}",
        "Check that the table exists with these columns and that the login may insert rows",
    ),
    "0122": Entry(
        "There are several weight columns: {columns}",
        "Keep the weight mark on one column only",
    ),
    "0123": Entry(
        "Column {column} holds vectors and cannot be the label",
        "Choose a column with one plain value in each row",
    ),
    "0124": Entry(
        "The weight column {column} is {type}, but weights have to be numbers",
        "Convert it to a numeric type, or choose another weight column",
    ),
    "0125": Entry(
        "The columns of {dataset} differ from those of the other datasets: {reason}",
        "Bring all of them to the same names, types and order",
    ),
    "0126": Entry(
        "The SQL domain {value} is not supported",
        "Use a database server of a kind that Import Data and Export Data offer",
    ),
    "0127": Entry(
        "The picture {path} has {found} pixels, more than the {upper} that are allowed",
        "Scale it down before reading it in",
    ),
    "0128": Entry(
        "The categorical columns give {found} conditional probabilities, more than the {upper} that can be kept",
        "Leave out categorical columns, or merge their rare values",
    ),
    "0129": Entry(
        "Table {dataset} has {found} columns, more than the limit of {upper}",
        "Select the columns that are needed and drop the rest",
    ),
    "0130": Entry(
        "No row can be used for training, since each has at least one missing value",
        "Fill the gaps with Clean Missing Data, or drop the columns that cause them",
    ),
    "0131": Entry(
        "The zipped datasets of {path} could not be unpacked or uploaded: {reason}",
        "Check that the archive opens elsewhere, then upload it again",
    ),
    "0132": Entry(
        "The archive holds several files, and none of them was chosen",
        "Enter the name of one of them: {names}",
    ),
    "0133": Entry(
        "There is no file {name} in the archive",
        "Enter one of the names that it does hold: {names}",
    ),
    "0134": Entry(
        "The label column is missing, or too few rows have a label: {found} of the {lower} that are needed",
        "Mark a label column, and connect data in which more of its values are known",
    ),
    "0135": Entry(
        "Only clustering around centroids is supported here, not {found}",
        "Connect a model of K-Means Clustering or the like",
    ),
    "0136": Entry(
        "No file name came back for the archive {path}",
        "Run the step again; if that does not help, upload the archive anew",
    ),
    "0137": Entry(
        "Value {value} of column {column} cannot be converted to a type of the table storage",
        "Convert the column to a plain type such as String before it is written",
    ),
    "0138": Entry(
        "The step ran out of memory; its limit is {limit}",
        "Work on fewer rows or columns, free what is no longer needed, or raise the limit",
    ),
    "0139": Entry(
        "Column {column} of type {type} cannot be converted: {reason}",
        "Clean or change the value named, or convert the column to text first",
    ),
    "0140": Entry(
        "The selection holds the label column {column} and no other",
        "Select feature columns beside it",
    ),
    "0141": Entry(
        "The selection has {found} numeric columns or different values, but at least {lower} are needed",
        "Select more numeric columns, or columns whose values vary more",
    ),
    "0142": Entry(
        "The certificate {name} cannot be loaded: {reason}",
        "Check that it is in the right format, that its password is right and that it has not expired",
    ),
    # Script bundles from GitHub and cloud storage
    "0143": Entry(
        "{url} is not an address on GitHub",
        "Copy the address from the browser while it shows the file or the folder on github.com",
    ),
    "0144": Entry(
        "{url} does not point to a file or a folder of a repository",
        "Use an address that contains /blob/ for a file or /tree/ for a folder",
    ),
    "0145": Entry(
        "The directory {path} for a copy of the repository cannot be created: {reason}",
        "Free space on the server, or tell its administrator",
    ),
    "0146": Entry(
        "The path {path} in the archive is longer than {limit} characters once it is unpacked",
        "Shorten the names of files and folders, or nest them less deeply",
    ),
    "0147": Entry(
        "GitHub refused or failed the request for {url}: {reason}",
        "Check that the repository is public or that the token given may read it",
    ),
    "0148": Entry(
        "The right to create {path} is missing",
        "Choose a place that can be written to, or ask the administrator for the right",
    ),
    "0149": Entry(
        "There is no file {path} in the bundle from GitHub",
        "Check the branch and the path, in which upper and lower case differ",
    ),
    "0150": Entry(
        "The script bundle {path} cannot be unpacked, since {name} is there already",
        "Rename that entry; it may occur twice in the archive or clash with a name of the system",
    ),
    "0151": Entry(
        "Writing to the cloud storage at {path} failed: {reason}",
        "Try again later, and check the quota of the account and its right to write",
    ),
    "0152": Entry(
        "{value} is not a known type of Azure cloud",
        "Choose one of the clouds in the list: {names}",
    ),
    "0153": Entry(
        "The storage endpoint {url} is wrong or does not answer",
        "Compare it with the endpoint that the account's settings show",
    ),
    "0154": Entry(
        "The name of the server {name} cannot be resolved",
        "Check its spelling, and that this machine can use the name service",
    ),
    "0155": Entry(
        "The document database reported a failure: {message}",
        "Check the address, the key, the collection and the query",
    ),
    "0156": Entry(
        "The answer of HCatalog could not be understood: {reason}",
        "Check that the cluster is healthy and that its version is supported",
    ),
    "0157": Entry(
        "The documents do not all have the same fields: {reason}",
        "Let the query return the same fields, with the same types, for every document",
    ),
    "1000": Entry(
        "The library {library} failed: {message}",
        "If the data and the parameters are in order, this is a fault to report",
    ),
}

_OWN: dict[str, Entry] = {
    "usage": Entry("{reason}"),
    "sandbox-unavailable": Entry("No jail can be set up on this machine: {reason}", "{advice}"),
    "jail-broken": Entry(
        "The jail on this machine does not hold, so nothing is run in it: {reason}",
        "Restore the kernel settings or the container options that it relies on, then start again",
    ),
    "environment-unknown": Entry(
        "There is no environment named {name}",
        "The environments here are {names}",
    ),
    "environment-build-failed": Entry(
        "Environment {name} could not be built: {reason}",
        "Check its requirements and the package index, then build it again",
    ),
    "environment-invalid": Entry(
        "Environment {name} cannot be used: {reason}",
        "Correct its definition, or remove the environment and build it anew",
    ),
    "inline-metadata": Entry(
        "The script's `# /// script` block cannot be used (line {line}): {reason}",
        "Correct it there, or choose an environment for the script, which then counts instead",
    ),
    "inline-python": Entry(
        "The script asks for Python {wanted}, and none of that kind is on this machine",
        "Here are {versions}; install another, or change `requires-python` in the script's `# /// script` block",
    ),
    "r-missing": Entry(
        "R is not installed on this machine, and this module runs R",
        "Install it for all users (on Debian and Ubuntu: apt-get install r-base-core), then start Bottega again; "
        "bottega doctor tells whether it is found",
    ),
    "r-refused": Entry(
        "R cannot be started in the jail of this machine: {reason}",
        "Modules in R need a jail with namespaces, which can start programs; bottega doctor tells what that lacks",
    ),
    "canceled": Entry("The run was canceled before it ended"),
    "result-invalid": Entry(
        "What came out of port {port} is not valid: {reason}",
        "Return a table of plain columns, or write complete files",
    ),
    "input-too-large": Entry(
        "The input {input} has {size}, more than the limit of {limit}",
        "Connect less data, for example a sample or fewer columns, or raise the limit",
    ),
    "conversion-failed": Entry(
        "Line {line} is neither Python 3 nor Python 2: {reason}", "Correct that line, then try again"
    ),
    "script-too-large": Entry(
        "The script has {size}, more than the limit of {limit}", "Move data that it holds to a file"
    ),
    "dataset-unknown": Entry(
        "There is no dataset named {name}, neither in the workspace nor among the samples",
        "The samples are {names}; a file beside the experiment is written in braces, with the key `file`",
    ),
    "folds-missing": Entry(
        "The rows of {dataset} are in no folds",
        "Connect a Partition and Sample whose mode is Assign to Folds; modules that give out other rows let go of the folds",
    ),
    "level-unknown": Entry(
        "Column {column} has the value {value}, which did not occur in training",
        "Leave such rows out, or train with a learner that allows unknown categorical levels",
    ),
    "experiment-invalid": Entry("{path} is no experiment that can be read: {reason}", "Correct it at line {line}"),
    "parameter-missing": Entry(  # 0003 of a parameter
        "The parameter {parameter} has no value, and the module cannot run without it", "Give it one"
    ),
    "experiment-problems": Entry(
        "{path} has problems ({count}), so nothing was run", "See them with: bottega check {path}"
    ),
    "blob-missing": Entry(
        "The stored data {digest} is not in the workspace",
        "Run the step again; `bottega workspace verify` tells what else is missing",
    ),
    "blob-damaged": Entry(
        "The stored data {digest} is damaged",
        "Run `bottega workspace verify --repair`, then the experiment again",
    ),
    "store-damaged": Entry(
        "The database of the workspace {path} is damaged: {reason}",
        "Restore a backup with `bottega workspace restore`, or begin a new workspace",
    ),
    "store-failed": Entry(
        "The workspace {path} could not be written: {reason}",
        "Free space or restore the right to write; what was finished before is kept",
    ),
    "module-unknown": Entry("There is no module {name}", "Did you mean {near}?"),
    "query-failed": Entry(
        "The database {database} did not do what it was asked: {reason}",
        "Try the statement in the database itself, with the same login",
    ),
    "access-refused": Entry("Reaching {target} is refused, since {reason}", "Then it may be reached: {advice}"),
    "pool-lost": Entry(
        "The process that was to run this step is gone: {reason}",
        "Run it again; a new process takes its place",
    ),
}

CATALOGUE: Mapping[str, Entry] = {**_CLASSIC, **_OWN}
