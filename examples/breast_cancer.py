"""Real data without a download: scikit-learn's breast-cancer measurements, 569 patients."""

from sklearn.datasets import load_breast_cancer


def azureml_main():
    data = load_breast_cancer(as_frame=True)
    frame = data.frame.rename(columns={"target": "benign"})
    print(f"{len(frame)} patients, {frame['benign'].sum()} of them with a benign tumour")
    return frame
