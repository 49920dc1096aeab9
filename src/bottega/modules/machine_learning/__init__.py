"""Machine Learning: learners, training, scoring, evaluation."""
