"""The steps that bring a store's tables from any earlier version to the present one; they are never edited again."""
