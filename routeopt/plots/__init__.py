"""Pictures, drawn with matplotlib; they show what others computed and compute nothing."""
