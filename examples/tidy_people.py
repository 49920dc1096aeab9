"""Sectors as they should have been typed: small letters, no spaces, a missing value for `?`."""


def azureml_main(dataframe1=None, dataframe2=None):
    typed = dataframe1["sector"]
    dataframe1["sector"] = typed.str.strip().str.lower().replace("?", None)
    changed = (typed != dataframe1["sector"]).sum()
    print(f"{changed} of {len(dataframe1)} sectors tidied")
    return dataframe1,
