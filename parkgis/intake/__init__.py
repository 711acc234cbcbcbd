"""What comes into a workspace: parcels and boundaries by ``add``, minutes by ``record``. All or nothing."""
