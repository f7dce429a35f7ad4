"""What makes a Flask application one of our services. Knows no word of the domain."""
