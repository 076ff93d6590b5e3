"""第六条: a total shared out among the unions by their weighed factors, as a proposal of new standards."""
