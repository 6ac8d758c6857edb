"""CSV files of other systems, read line by line into the rules' values, with every fault named by line and column."""
