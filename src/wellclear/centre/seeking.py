"""stub replaced soon"""
