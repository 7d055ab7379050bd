"""Why a verdict is as it is: from each rule over what was found to the line of the policy, and what would change it."""
