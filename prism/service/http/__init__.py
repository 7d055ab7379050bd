"""The service's side towards the network: who may ask what, and what is answered."""
