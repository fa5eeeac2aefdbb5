"""What makes the derived pages: a module for each thing that they tell of."""
