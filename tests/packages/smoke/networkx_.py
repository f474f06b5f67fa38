import networkx as nx

graph = nx.Graph()
graph.add_weighted_edges_from([("a", "b", 1), ("b", "c", 2), ("a", "c", 5), ("c", "d", 1)])
assert nx.shortest_path(graph, "a", "d", weight="weight") == ["a", "b", "c", "d"] and nx.shortest_path_length(graph, "a", "d", weight="weight") == 4
assert sorted(map(sorted, nx.minimum_spanning_tree(graph).edges)) == [["a", "b"], ["b", "c"], ["c", "d"]]
karate = nx.karate_club_graph()
assert karate.number_of_nodes() == 34 and karate.number_of_edges() == 78 and nx.diameter(karate) == 5
assert nx.is_directed_acyclic_graph(nx.DiGraph([(1, 2), (2, 3)])) and list(nx.topological_sort(nx.DiGraph([(1, 2), (2, 3)]))) == [1, 2, 3]
between = nx.betweenness_centrality(karate)
assert max(between, key=between.get) == 0
flow, _ = nx.maximum_flow(nx.DiGraph([("s", "a", {"capacity": 3}), ("a", "t", {"capacity": 2})]), "s", "t")
assert flow == 2 and nx.check_planarity(nx.complete_graph(5))[0] is False
communities = nx.community.greedy_modularity_communities(karate)
assert len(communities) == 3
assert nx.node_link_graph(nx.node_link_data(graph)).edges == graph.edges
