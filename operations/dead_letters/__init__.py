"""Dead letters for the people who mend what made them: what lies where and why, and how it goes back."""
