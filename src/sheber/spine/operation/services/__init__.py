"""What an operator does: back up, restore, close for maintenance."""
