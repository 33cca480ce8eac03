"""What an organization names once and uses in many places: tags, types of tasks, custom fields."""
