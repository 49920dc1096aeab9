/** What a new node of a module begins with, where nothing would not do. */
import type { Named, Plain } from '../document/types'

const PYTHON = `import pandas as pd


def azureml_main(dataframe1=None, dataframe2=None):
    # The first two tables that are connected. What is returned leaves by Result Dataset.
    return dataframe1,
`

const TEMPLATES: Named<Named<Plain>> = { 'execute-python-script': { script: PYTHON } }

/** Parameters of a new node; a node that brings its own keeps them. */
export const templateOf = (module: string): Named<Plain> => TEMPLATES[module] ?? {}
